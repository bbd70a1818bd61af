"""Talking with the reporter: questions with a limit, answers to the right case, the timeline."""
