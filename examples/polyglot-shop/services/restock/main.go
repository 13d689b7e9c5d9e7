// Restock reads the stock levels from a mounted file and prints what has to be ordered, as JSON.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
)

type order struct {
	Item   string `json:"item"`
	Amount int    `json:"amount"`
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "restock:", err)
		os.Exit(1)
	}
}

func run() error {
	path := os.Getenv("STOCK_LEVELS_FILE")
	if len(os.Args) > 1 {
		path = os.Args[1]
	}
	if path == "" {
		return errors.New("no stock levels: name the file as first argument or in STOCK_LEVELS_FILE")
	}
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()

	orders := []order{} // not nil: nothing to order is the JSON list [], not null
	lines := bufio.NewScanner(file)
	for number := 1; lines.Scan(); number++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" {
			continue
		}
		item, missing, err := parseLevel(line)
		if err != nil {
			return fmt.Errorf("%s:%d: %w", path, number, err)
		}
		if missing > 0 {
			orders = append(orders, order{item, missing})
		}
	}
	if err := lines.Err(); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(orders)
}

// parseLevel reads a line `item,have,want` and says how many are missing; a surplus is negative.
func parseLevel(line string) (item string, missing int, err error) {
	fields := strings.Split(line, ",")
	if len(fields) != 3 {
		return "", 0, fmt.Errorf("%q is not item,have,want", line)
	}
	have, err := strconv.Atoi(strings.TrimSpace(fields[1]))
	if err != nil {
		return "", 0, err
	}
	want, err := strconv.Atoi(strings.TrimSpace(fields[2]))
	if err != nil {
		return "", 0, err
	}
	return strings.TrimSpace(fields[0]), want - have, nil
}
