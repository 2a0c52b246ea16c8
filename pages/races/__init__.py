"""Races and seasons: results, standings, titles, tracks, rulings, closest finishes."""
