"""A log's file as rows of cells, whatever kind of file it is; what the cells mean is said elsewhere."""
