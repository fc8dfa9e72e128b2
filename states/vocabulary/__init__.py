"""The words on screen: every closed set of terms the process uses, as enumerations."""
