"""The commands of integrators: sources, offices, packages of their own, a partner to try things with."""
