"""Persons, schools and the relations between people in time; signing in and the account."""
