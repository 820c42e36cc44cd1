"""A real kernel starts, runs code and answers."""

from .verdicts import Problem, Verdict


def check(wanted, directory, session):
    kernel = session.kernel(wanted["limit"])
    answer = kernel.run("print(6 * 7)", wanted["limit"])
    if answer.error is not None or answer.printed.strip() != "42":
        said = answer.error["evalue"] if answer.error else answer.printed.strip()
        raise Problem(f"the kernel was asked for 6 * 7 and said: {said}", kernel.words())
    figures = {"kernel": round(kernel.seconds * 1000)}
    return Verdict("passed", f"{kernel.name} answers {kernel.seconds:.1f} s after its start", kernel.words(), figures)
