"""The contracts that packages of integrators are held to, rule by rule."""
