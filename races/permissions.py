"""What users may do beyond adding, changing and deleting rows."""

MAY_CHANGE_OFFICIAL = "races.change_official_race"
"""To make races official, and to change them and their parts afterwards."""
