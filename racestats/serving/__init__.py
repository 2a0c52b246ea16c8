"""What stands between the site and those who ask: pages kept until somebody writes."""
