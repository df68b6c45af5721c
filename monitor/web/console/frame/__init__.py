"""The frame of the console: who may enter, the layout, static files and error pages."""
