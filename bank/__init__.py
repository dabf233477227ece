"""The question bank: families of parameterised questions, their solvers and their proofs."""
