"""The built-in checks of an image, one module each."""
