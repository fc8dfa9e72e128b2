"""What the console and the process that draws PDFs say to each other: the console itself loads no PDFium."""

#: bytes of the number that says which page is wanted, before the PDF's own
NUMBER = 4

#: what a picture has at most, in dots
WIDEST, TALLEST = 1200, 1700

#: what is said of a PDF that asks for a password, and of one that cannot be read
LOCKED, BROKEN = b"locked", b"broken"

#: what every picture begins with (PNG)
SIGNATURE = b"\x89PNG\r\n\x1a\n"
