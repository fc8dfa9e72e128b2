"""What stands beside a form: what whoever fills it in reads first."""
