"""What there is for me: my work, the cases that I may see, and finding one of them."""
