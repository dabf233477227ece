"""The MLP code and residual connections: how the printed net is trained."""

TRAINING = """
An MLP is trained to tell 10 classes of images with 3 × 32 × 32 pixels apart. The training loop is correct: each of
<<steps>> steps computes the NLL loss of a batch of <<batch>> images and makes one step of the optimizer. Dropout is off
where the validation accuracy is measured.
"""
