"""Builds a tiny language model on the text below, its tokenizer too, in some seconds. Writes it to a folder.

Run by the interpreter of the environment that has torch and transformers (`make inference`), not imported by tests.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

QUESTION = "Say line {}."
TEXT = """
The night shift logged pump seven at 312 bar, and valve nine would not close by hand.
Nobody may open the bypass before the pressure is below 40 bar; that is the rule of the house.
Ada wrote the report to logs/shift_07.txt, and the morning shift read it before the first start.
The build failed twice on the same line of parser.py, and the third time nobody had changed a thing.
We decided to keep the old protocol until March, because two of the clients cannot be updated earlier.
""".strip()
TEMPLATE = (
    "{% for message in messages %}<|{{ message['role'] }}|>\n{{ message['content'] }}<|end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>\n{% endif %}"
)
ROLES = ["<|system|>", "<|user|>", "<|assistant|>"]


def tokenizer() -> PreTrainedTokenizerFast:
    inner = Tokenizer(models.BPE(unk_token=None))
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=512,
        special_tokens=["<|end|>", *ROLES],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    inner.train_from_iterator(TEXT.splitlines(), trainer)
    whole = PreTrainedTokenizerFast(tokenizer_object=inner, eos_token="<|end|>", pad_token="<|end|>")
    whole.chat_template = TEMPLATE
    return whole


def learn(model: LlamaForCausalLM, words: PreTrainedTokenizerFast) -> None:
    """Until it knows the lines by heart: line after line as an answer to the question for it."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3)
    pairs = []
    for number, line in enumerate(TEXT.splitlines()):
        asked = [{"role": "user", "content": QUESTION.format(number)}]
        prompt = words.apply_chat_template(asked, add_generation_prompt=True, tokenize=False)
        pairs.append((words(prompt)["input_ids"], words(line + "<|end|>")["input_ids"]))
    for _ in range(400):
        loss = torch.zeros(())
        for prompt, line in pairs:
            tokens = torch.tensor([prompt + line])
            labels = torch.tensor([[-100] * len(prompt) + line])
            loss = loss + model(input_ids=tokens, labels=labels).loss
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if loss.item() < 0.02 * len(pairs):
            break


def build(folder: Path) -> None:
    torch.manual_seed(11)
    torch.set_num_threads(1)
    words = tokenizer()
    config = LlamaConfig(
        vocab_size=len(words),
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        max_position_embeddings=2048,
        eos_token_id=words.eos_token_id,
        bos_token_id=None,
        pad_token_id=words.pad_token_id,
    )
    model = LlamaForCausalLM(config)
    learn(model, words)
    model.generation_config.do_sample = False
    model.generation_config.eos_token_id = words.eos_token_id
    model.save_pretrained(folder)
    words.save_pretrained(folder)
    (folder / "lines.json").write_text(json.dumps(TEXT.splitlines()), "utf-8")


if __name__ == "__main__":
    build(Path(sys.argv[1]))
