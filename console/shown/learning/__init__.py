"""What the team learns from, as it is shown: charts, tables and files of figures."""
