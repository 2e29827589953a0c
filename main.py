"""Start CRM Desktop: `python main.py` opens the window, `python main.py --help` lists the commands."""

from crm_desktop.app import main

if __name__ == "__main__":
    raise SystemExit(main())
