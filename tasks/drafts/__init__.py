"""What people are told: who is told what, written down through the gate, made into mail, handed over."""
