"""Rewards: proposed and approved by two people, paid for a one-time code."""
