"""Bots, meters and reports: proves how many fit."""
