"""My data: a person reads, takes along and erases what the township keeps about them."""
