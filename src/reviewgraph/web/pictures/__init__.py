"""Pictures of answers as SVG: pure functions of what is to be drawn, the same bytes each time."""
