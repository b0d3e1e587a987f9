"""Addresses that are awkward as names of files."""

from reviewgraph.publish.static import export


def test_what_has_no_file_of_its_own_is_told(odd, tmp_path):
    written = export(odd, tmp_path / "odd")
    told = set(written.left_out)
    assert "/doc/a%2Fb.ttl" in told
    assert "/doc/a/b.ttl" not in told
    assert "/doc/%25E0%25B8%2581.ttl" not in told
    for address, words in written.left_out.items():
        assert words.th, address
        assert words.en, address
    for address, file in written.files.items():
        assert (written.folder / file).resolve().is_relative_to(written.folder), address
