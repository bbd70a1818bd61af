"""The officers' desk: the queue with filters, search, one-tap acts, batches, internal notes, prepared words."""
