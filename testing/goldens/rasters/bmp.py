"""BMPs of all kinds."""

import io

from PIL import Image


def cases():
    file = io.BytesIO()
    Image.linear_gradient("L").resize((5, 3)).save(file, "BMP")
    yield "gray_5x3", file.getvalue()
