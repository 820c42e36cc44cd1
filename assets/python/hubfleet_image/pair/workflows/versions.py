"""What scheduler, worker and client say of their versions, to each other and to us."""

from distributed import versions


def test_versions(client):
    found = client.get_versions(check=False)
    told = {
        "client": found["client"]["packages"],
        "scheduler": found["scheduler"]["packages"],
        "workers": [worker["packages"] for worker in found["workers"].values()],
    }
    # Compares fully and never raises; `check=True` only prints the same.
    words = versions.error_message(found["scheduler"], found["workers"], found["client"])
    told["words"] = "\n".join(text for text in words.values() if text)
    return told
