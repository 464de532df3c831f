"""Charts as inline SVG, drawn by the server; how they look is said by classes (static/css/charts.css)."""
