"""How a mail is taken apart, in the child process that reads mails; needs nothing else of ours."""
