"""``python -m segcore``: the command line, if the ``segcore`` command is not on the path."""

from segcore.cli.main import main

if __name__ == "__main__":
    main()
