"""What every process under supervision keeps to: it says that it lives, and ends with its parent."""
