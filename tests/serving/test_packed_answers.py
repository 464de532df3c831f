"""Answers are packed with gzip where the browser takes that, and tell nothing by how long they become."""

import gzip

import pytest
from django.http import HttpResponse, StreamingHttpResponse

from integr8admin.middleware import SHORTEST_PACKED, CompressionMiddleware

PAGE = "<p>One row and another</p>" * 100


@pytest.fixture
def answer(rf):
    """The answer to a browser that takes these encodings."""

    def answered(response, accepted="gzip, deflate, br"):
        request = rf.get("/", headers={"accept-encoding": accepted})
        return CompressionMiddleware(lambda _: response)(request)

    return answered


def test_a_page_is_packed_and_comes_out_as_it_was(answer):
    packed = answer(HttpResponse(PAGE, headers={"ETag": '"of this page"'}))
    assert packed["Content-Encoding"] == "gzip"
    assert packed["Content-Length"] == str(len(packed.content))
    assert packed["ETag"] == 'W/"of this page"'
    assert "Accept-Encoding" in packed["Vary"]
    assert gzip.decompress(packed.content).decode() == PAGE


def test_the_length_of_the_same_page_differs_each_time(answer):
    lengths = {len(answer(HttpResponse(PAGE)).content) for _ in range(30)}
    assert len(lengths) > 3


def test_who_takes_no_gzip_gets_the_page_as_it_is(answer):
    plain = answer(HttpResponse(PAGE), accepted="br")
    assert "Content-Encoding" not in plain
    assert "Accept-Encoding" in plain["Vary"]
    assert plain.content.decode() == PAGE


def test_what_is_short_or_packed_already_stays_as_it_is(answer):
    assert "Content-Encoding" not in answer(HttpResponse("x" * (SHORTEST_PACKED - 1)))
    once = answer(HttpResponse(b"packed" * 100, headers={"Content-Encoding": "br"}))
    assert once["Content-Encoding"] == "br"
    assert once.content == b"packed" * 100


def test_a_streamed_answer_is_packed_piece_by_piece(answer):
    packed = answer(StreamingHttpResponse([PAGE.encode(), b"and its end"]))
    assert gzip.decompress(b"".join(packed)).decode() == f"{PAGE}and its end"
