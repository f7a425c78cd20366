"""Write docs/workflows.md: the state graphs, as the models declare them."""

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "workflows.md"
HEAD = """# Workflows

Made by `make docs` from the models' `_workflow`; don't edit by hand. A double border
means closed.
"""


def class_values(node):
    """Literal class attributes of a model, those that can be evaluated."""
    values = {}
    for item in node.body:
        if isinstance(item, ast.Assign) and isinstance(item.targets[0], ast.Name):
            try:
                values[item.targets[0].id] = evaluate(item.value)
            except ValueError:
                continue
    return values


def evaluate(node):
    """A literal, in which a starred module constant counts as nothing."""
    if isinstance(node, ast.Tuple):
        return tuple(
            evaluate(item) for item in node.elts if not isinstance(item, ast.Starred)
        )
    if isinstance(node, ast.Dict):
        return {
            evaluate(key): evaluate(value)
            for key, value in zip(node.keys, node.values, strict=True)
        }
    return ast.literal_eval(node)


def workflows():
    """Yield (model, graph, closed states) of every model with a workflow."""
    for path in sorted((ROOT / "ozel_kalem" / "models").rglob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if not isinstance(node, ast.ClassDef):
                continue
            values = class_values(node)
            if values.get("_workflow") and values.get("_name"):
                yield values["_name"], values["_workflow"], values["_closed_states"]


def diagram(graph, closed):
    """One Mermaid flowchart."""
    lines = ["```mermaid", "flowchart LR"]
    for state in graph:
        shape = f'{state}[["{state}"]]' if state in closed else f'{state}("{state}")'
        lines.append(f"    {shape}")
    for state, steps in graph.items():
        lines += [f"    {state} --> {step}" for step in steps]
    return "\n".join([*lines, "```"])


def main():
    """Write the file; with --check only compare it with the one that is there."""
    parts = [HEAD]
    for model, graph, closed in sorted(workflows()):
        parts.append(f"## {model}\n\n{diagram(graph, closed)}\n")
    text = "\n".join(parts)
    if "--check" in sys.argv:
        if not TARGET.exists() or TARGET.read_text(encoding="utf-8") != text:
            sys.exit("docs/workflows.md is not up to date: run `make docs`.")
        return
    TARGET.write_text(text, encoding="utf-8")
    print(f"{TARGET.relative_to(ROOT)}: {len(parts) - 1} workflows")


if __name__ == "__main__":
    main()
