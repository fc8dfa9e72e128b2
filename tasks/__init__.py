"""One retryable step each: asking a source, writing a notice down, sending it, telling the casebook."""
