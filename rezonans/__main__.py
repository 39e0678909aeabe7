from rezonans.cli import main

main()
