"""The custodian's desk: what was said in confidence, requests to look somebody up, complaints about retaliation."""
