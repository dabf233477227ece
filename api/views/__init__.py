"""What is asked for over HTTP, one noun a file."""
