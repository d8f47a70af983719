"""Code for browsers: plain modules and style sheets that talk HTTP only; `shared` holds what several pages use."""
