"""Pictures of a case: shown to officers only after they were cleaned."""
