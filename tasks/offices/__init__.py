"""The ways that referrals go out by: e-mail, a signed webhook, HL7 FHIR, a packet of files."""
