"""What leaves a case, through the gate: disclosures, consents, releases, notices."""
