"""The console's pages: what members and others open in a browser, without a script."""
