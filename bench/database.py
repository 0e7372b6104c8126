"""The benchmark's database, always the same for one scale: 1 is the 1.6 GB of the reference.

Usage: database.py pgbench-scale|documents|large-objects SCALE

pgbench-scale prints what pgbench --scale is to be told (5,000,000 rows that compress well at scale 1); documents prints
800,000 rows of text and JSON for COPY; large-objects prints SQL that makes 39 large objects of 4 MiB, every other one
random bytes.

The text is new in each row, as it would not be if rows were picked from a pool that a compressor's window holds; what comes
again, as in any shop, are customers and products. Sizes and ratios are close to the reference's.
"""

import itertools
import random
import sys

DOCUMENTS = 800_000
LARGE_OBJECTS = 39
LARGE_OBJECT_BYTES = 4 << 20
FIRST_LARGE_OBJECT = 1_000_001
ROWS_AT_ONCE = 1_000
WORDS_PER_BODY = 68
CUSTOMERS = 50_000
PRODUCTS = 4_000

SYLLABLES = "ba ce di fo gu ha je ki lo mu na pe qui ro su ta ve wi xo za bro cle dri fla gre pla sti tra".split()
STATES = ("new", "paid", "packed", "shipped", "delivered", "returned")
CITIES = ("Aarhus", "Bilbao", "Cork", "Dresden", "Espoo", "Faro", "Gdynia", "Huelva", "Ivrea", "Jena", "Krems", "Lille")


def vocabulary(rng):
    """20,000 words, and how often they come: as in a language, the short ones most often, the n-th 1/n as often."""
    words = set()
    while len(words) < 20_000:
        words.add("".join(rng.choices(SYLLABLES, k=rng.randint(1, 4))))
    words = sorted(words, key=lambda word: (len(word), word))
    return words, list(itertools.accumulate(1 / (n + 40) for n in range(len(words))))


class Shop:
    """What the orders are about: customers and products, each of which comes again and again, as in a shop."""

    def __init__(self, rng, words, frequencies):
        def text(count):
            return " ".join(rng.choices(words, cum_weights=frequencies, k=count))

        self.customers = [
            f'{{"id": {number}, "mail": "{text(2).replace(" ", ".")}{number % 97}@example.com", '
            f'"city": "{rng.choice(CITIES)}"}}'
            for number in range(CUSTOMERS)
        ]
        self.products = [
            f'{{"sku": "{number * 7919 % 1_000_003:06}", "name": "{text(4)}", "price": {rng.randint(99, 99_999) / 100}}}'
            for number in range(PRODUCTS)
        ]

    def order(self, number, text, bits):
        minute = number % 1440
        day = f"2026-{number // 60_000 % 12 + 1:02}-{number // 1440 % 28 + 1:02}"
        # The square prefers the first ones: some products are bought often.
        first, second = (int(PRODUCTS * (bits >> shift & 0xFFFF) ** 2 / 0x1_0000_0000) for shift in (16, 32))
        json = (
            f'{{"order": {number}, "state": "{STATES[bits % len(STATES)]}", "customer": {self.customers[bits % CUSTOMERS]}, '
            f'"token": "{bits >> 128:032x}", "lines": [{{"count": {bits % 7 + 1}, "product": {self.products[first]}}}, '
            f'{{"count": {bits % 5 + 1}, "product": {self.products[second]}}}], "paid": {"true" if bits & 4 else "false"}}}'
        )
        return f"{number}\t{day} {minute // 60:02}:{minute % 60:02}:{bits % 60:02}.{bits % 999_983:06}\t{text}.\t{json}\n"


def documents(scale, out):
    rng = random.Random(20261120)
    words, frequencies = vocabulary(rng)
    shop = Shop(rng, words, frequencies)
    rows = round(DOCUMENTS * scale)
    for first in range(1, rows + 1, ROWS_AT_ONCE):
        count = min(ROWS_AT_ONCE, rows + 1 - first)
        text = rng.choices(words, cum_weights=frequencies, k=count * WORDS_PER_BODY)
        out.write(
            "".join(
                shop.order(
                    first + row, " ".join(text[row * WORDS_PER_BODY : (row + 1) * WORDS_PER_BODY]), rng.getrandbits(256)
                )
                for row in range(count)
            )
        )


def large_objects(scale, out):
    rng = random.Random(20261121)
    words, frequencies = vocabulary(rng)
    for number in range(max(1, round(LARGE_OBJECTS * scale))):
        if number % 2 == 0:
            content = rng.randbytes(LARGE_OBJECT_BYTES)
        else:
            text = " ".join(rng.choices(words, cum_weights=frequencies, k=LARGE_OBJECT_BYTES // 2))
            content = text[:LARGE_OBJECT_BYTES].encode()
        out.write(f"SELECT lo_from_bytea({FIRST_LARGE_OBJECT + number}, '\\x{content.hex()}');\n")


def main(what, scale):
    scale = float(scale)
    if what == "pgbench-scale":
        print(max(1, round(50 * scale)))
    else:
        {"documents": documents, "large-objects": large_objects}[what](scale, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
