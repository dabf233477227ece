"""The MLP code and residual connections: how the printed net is trained."""

TRAINING = """
An MLP is trained to tell 10 classes of images with 3 × 32 × 32 pixels apart. The training loop is correct: in each of
<<steps>> steps it takes a batch of <<batch>> images, the NLL loss of the model's output, and one step of the optimizer;
dropout is off where the validation accuracy is measured.
"""
