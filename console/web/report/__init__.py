"""Reports of concern by anybody, in their language: the form in short steps, its receipt, the way back."""
