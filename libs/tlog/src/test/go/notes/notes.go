// Reads base64 of notes, one a line, and prints for each whether Go's own note package opens it with the vkey given.
package main

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"os"

	"golang.org/x/mod/sumdb/note"
)

func main() {
	verifier, err := note.NewVerifier(os.Args[1])
	if err != nil {
		panic(err)
	}
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 16<<20)
	for in.Scan() {
		data, err := base64.StdEncoding.DecodeString(in.Text())
		if err != nil {
			panic(err)
		}
		if _, err := note.Open(data, note.VerifierList(verifier)); err != nil {
			fmt.Println("refused")
		} else {
			fmt.Println("opened")
		}
	}
	if err := in.Err(); err != nil {
		panic(err)
	}
}
