"""The modular method toolbox: methods and canvases."""
