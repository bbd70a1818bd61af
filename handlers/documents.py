"""Papers of a case: ledger, notices, results of second looks, letters of referral."""
