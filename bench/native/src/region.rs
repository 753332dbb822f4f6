//! POSIX shared memory, cut into slots of one input each. On Linux that is a file in /dev/shm.

use std::fs::{File, remove_file};
use std::io::{self, Write};
use std::mem::take;
use std::sync::{Arc, Mutex};

use memmap2::MmapMut;

use crate::preprocess::TENSOR_LENGTH;

/// Photos that can be under way.
const SLOTS: usize = 64;
/// Bytes of a slot.
pub const SLOT_BYTES: usize = size_of::<f32>() * TENSOR_LENGTH;
/// Bytes of a region.
pub const REGION_BYTES: usize = SLOTS * SLOT_BYTES;

/// Offsets and memory of the slots that nobody has.
type FreeSlots = Arc<Mutex<Vec<(usize, &'static mut [f32])>>>;

/// A region; it stays mapped for as long as the process lives.
pub struct Region {
    /// Its POSIX name.
    pub name: String,
    free: FreeSlots,
}

impl Region {
    /// Makes a region, with its memory behind it: a full /dev/shm would else kill us at the first write.
    pub fn create() -> io::Result<Self> {
        let name = format!("/native_peer_{}", std::process::id());
        let path = format!("/dev/shm{name}");
        let mut file = File::options().read(true).write(true).create_new(true).open(&path)?;
        file.write_all(&vec![0; REGION_BYTES]).inspect_err(|_| unlink(&path))?;
        // SAFETY: nobody shortens the file, and whoever else has it open only reads slots that we have written.
        let bytes = unsafe { MmapMut::map_mut(&file)? };
        let bytes: &'static mut MmapMut = Box::leak(Box::new(bytes));
        // SAFETY: any four bytes are a number; a mapping begins with a page.
        let (_, numbers, _) = unsafe { bytes.align_to_mut::<f32>() };
        let slots = numbers.chunks_exact_mut(TENSOR_LENGTH).enumerate();
        let free = slots.map(|(index, tensor)| (index * SLOT_BYTES, tensor)).collect();
        Ok(Self { name, free: Arc::new(Mutex::new(free)) })
    }

    /// Takes the name away. Who has opened the region keeps it, and nothing is left when all of them are gone.
    pub fn unlink(&self) {
        unlink(&format!("/dev/shm{}", self.name));
    }

    /// A slot, if one is free.
    pub fn lease(&self) -> Option<Slot> {
        let (offset, tensor) = self.free.lock().expect("nobody panics with the lock").pop()?;
        Some(Slot { offset, tensor, free: self.free.clone() })
    }
}

fn unlink(path: &str) {
    // That it is gone already is what we want.
    let _ = remove_file(path);
}

/// A slot that nobody else has until it is dropped.
pub struct Slot {
    /// Where it begins in the region, in bytes.
    pub offset: usize,
    /// One input.
    pub tensor: &'static mut [f32],
    free: FreeSlots,
}

impl Drop for Slot {
    fn drop(&mut self) {
        let slot = (self.offset, take(&mut self.tensor));
        self.free.lock().expect("nobody panics with the lock").push(slot);
    }
}
