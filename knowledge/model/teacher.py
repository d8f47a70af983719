"""What a sentence-transformer says of English texts: the directions that the model is drawn to."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch

_BATCH = 128


def teach(folder: str, texts: Sequence[str], report: int = 4_000) -> npt.NDArray[np.float16]:
    """Return one normalised row a text, as the model in `folder` gives it (mean pooling)."""
    from transformers import AutoModel, AutoTokenizer

    tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder).eval()
    order = sorted(range(len(texts)), key=lambda number: len(texts[number]))
    rows = np.zeros((len(texts), model.config.hidden_size), np.float16)
    for start in range(0, len(order), _BATCH):
        batch = order[start : start + _BATCH]
        asked = tokenizer(
            [texts[number] for number in batch], padding=True, truncation=True, max_length=48, return_tensors="pt"
        )
        with torch.inference_mode():
            found = model(**asked)[0]
            mask = asked["attention_mask"].unsqueeze(-1).float()
            mean = (found * mask).sum(1) / mask.sum(1)
        rows[batch] = torch.nn.functional.normalize(mean, dim=1).half().numpy()
        if start // report != (start + _BATCH) // report:
            print(f"teacher: {start + len(batch)} of {len(order)} texts", flush=True)
    return rows
